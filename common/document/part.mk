LIBS += document
document_SRC := common/document/certificate_pdf.c
document_LIBS := base
document_PKG := pangocairo cairo-pdf libqrencode
