LIBS += document
document_SRC := $(addprefix common/document/,archive_member.c document.c document_draw.c document_ofd.c document_pdf.c document_pen.c document_table.c drawing.c font_part.c layout.c layout_check.c layout_paper.c mark.c ofd_page.c \
	ofd_xml.c ofd_zip.c)
document_LIBS := base crypto config workflow
document_PKG := pangocairo cairo-pdf cairo-ft libqrencode harfbuzz-subset libxml-2.0 libarchive
UNITS += tests/unit/common/document/test_document.c
UNIT_LIBS.tests/unit/common/document/test_document.c := document
UNITS += tests/unit/common/document/test_document_fit.c
UNIT_LIBS.tests/unit/common/document/test_document_fit.c := document
