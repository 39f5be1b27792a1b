LIBS += message
message_SRC := common/message/catalogue.c common/message/format.c common/message/mask.c common/message/media.c common/message/media_spatial.c common/message/message.c
message_LIBS := base log os config crypto
message_PKG := libarchive
EMBEDDERS += common/message/format.c
EMBED.common/message/format.c := common/message/divisions.txt
