LIBS += crypto
crypto_SRC := common/crypto/suite.c common/crypto/suite_digest.c common/crypto/suite_cipher.c \
	common/crypto/cert.c common/crypto/cert_form.c common/crypto/key.c common/crypto/key_file.c \
	common/crypto/key_issue.c common/crypto/key_kind.c common/crypto/key_pem.c common/crypto/key_token.c common/crypto/token.c common/crypto/master.c common/crypto/openssl_failed.c common/crypto/key_wrap.c common/crypto/envelope_form.c \
	common/crypto/envelope_reader.c common/crypto/envelope_writer.c common/crypto/jws.c common/crypto/password.c common/crypto/revocation.c common/crypto/trust.c common/crypto/trust_known.c \
	common/crypto/vault.c common/crypto/vault_index.c common/crypto/vault_rotate.c common/crypto/vault_file.c
crypto_LIBS := base log os
crypto_PKG := libcrypto libgcrypt libargon2 p11-kit-1
crypto_TESTS := $(addprefix tests/unit/common/crypto/test_,suite.c key.c envelope.c vault.c jws.c password.c openssl.c key_vectors.c revocation.c want_of_memory.c)
UNITS += $(crypto_TESTS)
$(foreach t,$(crypto_TESTS),$(eval UNIT_LIBS.$(t) := crypto))
UNIT_LIBS.tests/unit/common/crypto/test_want_of_memory.c += fault-calls
FUZZERS += tests/fuzz/fuzz_cert.c tests/fuzz/fuzz_envelope.c tests/fuzz/fuzz_jws.c tests/fuzz/fuzz_revocation.c
FUZZ_LIBS.tests/fuzz/fuzz_revocation.c := crypto
FUZZ_LIBS.tests/fuzz/fuzz_cert.c := crypto
FUZZ_LIBS.tests/fuzz/fuzz_jws.c := crypto
FUZZ_LIBS.tests/fuzz/fuzz_envelope.c := crypto
# Authorities and keys of the tests' own.
LIBS += test-keys
test-keys_SRC := tests/unit/common/crypto/office_keys.c
test-keys_LIBS := crypto base
test-keys_PKG := cmocka
