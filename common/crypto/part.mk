LIBS += crypto
crypto_SRC := common/crypto/suite.c common/crypto/suite_digest.c common/crypto/suite_cipher.c \
	common/crypto/cert.c common/crypto/cert_form.c common/crypto/key.c common/crypto/key_issue.c \
	common/crypto/key_pem.c common/crypto/key_wrap.c
crypto_LIBS := base log os
crypto_PKG := libcrypto libgcrypt libargon2
UNITS += tests/unit/common/crypto/test_key.c
UNIT_LIBS.tests/unit/common/crypto/test_key.c := crypto
