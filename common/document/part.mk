LIBS += document
document_SRC := common/document/certificate_pdf.c
document_LIBS := base
document_PKG := pangocairo cairo-pdf libqrencode
UNITS += tests/unit/common/document/test_certificate_pdf.c
UNIT_LIBS.tests/unit/common/document/test_certificate_pdf.c := document
