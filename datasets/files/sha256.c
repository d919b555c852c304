#include "datasets/files/sha256.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static void write_hex(const unsigned char *bytes, size_t n, char *text) {
    for (size_t i = 0; i < n; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

static ag_status digest_file(EVP_MD_CTX *context, FILE *file, const char *path,
                             unsigned char digest[EVP_MAX_MD_SIZE], ag_error *err) {
    unsigned char buffer[1 << 16];
    unsigned n_digest;
    if (!context || EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "the cryptographic library refuses SHA-256");
    size_t n;
    while ((n = fread(buffer, 1, sizeof buffer, file)) > 0)
        EVP_DigestUpdate(context, buffer, n);
    if (ferror(file))
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "cannot read %s: %s", path, strerror(errno));
    EVP_DigestFinal_ex(context, digest, &n_digest);
    return AG_OK;
}

ag_status ag_sha256_file(const char *path, char text[AG_SHA256_TEXT], ag_error *err) {
    FILE *file = fopen(path, "rb");
    if (!file)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "cannot read %s: %s", path, strerror(errno));
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    unsigned char digest[EVP_MAX_MD_SIZE] = {0};
    const ag_status status = digest_file(context, file, path, digest, err);
    EVP_MD_CTX_free(context);
    fclose(file);
    if (status != AG_OK) return status;
    write_hex(digest, AG_SHA256_TEXT / 2, text);
    return AG_OK;
}

ag_status ag_git_sha1(const uint8_t *bytes, size_t n, char text[AG_GIT_SHA1_TEXT], ag_error *err) {
    char head[32];
    const int n_head = snprintf(head, sizeof head, "blob %zu", n) + 1; /* with its zero byte */
    unsigned char digest[EVP_MAX_MD_SIZE] = {0};
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    const bool fine = context && EVP_DigestInit_ex(context, EVP_sha1(), NULL) == 1 &&
                      EVP_DigestUpdate(context, head, (size_t)n_head) == 1 &&
                      EVP_DigestUpdate(context, bytes, n) == 1 &&
                      EVP_DigestFinal_ex(context, digest, NULL) == 1;
    EVP_MD_CTX_free(context);
    if (!fine) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "the cryptographic library refuses SHA-1");
    write_hex(digest, AG_GIT_SHA1_TEXT / 2, text);
    return AG_OK;
}
