LIBS += crypto
crypto_SRC := common/crypto/suite.c common/crypto/suite_digest.c common/crypto/suite_cipher.c
crypto_LIBS := base log os
crypto_PKG := libcrypto libgcrypt libargon2
