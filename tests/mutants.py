# SPDX-License-Identifier: BSD-2-Clause
"""Checks of the product, each removed or turned round in turn: file, text, what
stands there instead, and the tests that should notice (tests/mutate tries them
first).  A survivor is explained by a fifth member or is a fault of the tests.
"""

TOKEN = "tests/fuzz/fuzz-token"
CLAIMS = ["tests/test-claims", TOKEN]
JWS = ["tests/test-jws", TOKEN]
JWK = ["tests/test-jwk", "tests/fuzz/fuzz-jwks", "tests/test-alg"]
JWKS = ["tests/test-jwkset", "tests/fuzz/fuzz-jwks"]
SIGN = ["tests/test-signature", "tests/test-jws", TOKEN]
JSON = ["tests/test-json", "tests/fuzz/fuzz-claims"]
CHAIN = ["tests/test-outcomes", "tests/test-plugins-abi", "tests/test-waiting"]
HEADER = ["tests/fuzz/fuzz-header", "tests/test-outcomes"]
STATIC = ["tests/test-static"]
HS256 = ["tests/test-hs256"]
REMOTE = ["tests/test-jwks", "tests/test-keyset"]
ANSWER = ["tests/fuzz/fuzz-answer", "tests/test-oauth"]
META = ["tests/test-metadata", "tests/fuzz/fuzz-metadata"]

MUTANTS = [
    # -- times
    ("core/jose/claims-time.c", "judge->now_ms < exp_ms + leeway_ms",
     "judge->now_ms <= exp_ms + leeway_ms", CLAIMS),
    ("core/jose/claims-time.c", "judge->now_ms < exp_ms + leeway_ms",
     "true", CLAIMS),
    ("core/jose/claims-time.c", "ahead_ms <= judge->policy->leeway_s * 1000",
     "ahead_ms < judge->policy->leeway_s * 1000", CLAIMS),
    ("core/jose/claims-time.c", "reason = rule_not_before(judge);",
     "reason = AUTHCHAIN_REASON_NONE;", CLAIMS),
    ("core/jose/claims-time.c", "reason = rule_issued_at(judge);",
     "reason = AUTHCHAIN_REASON_NONE;", CLAIMS),
    ("core/jose/claims-time.c", "reason = rule_max_age(judge);",
     "reason = AUTHCHAIN_REASON_NONE;", CLAIMS),
    ("core/jose/claims-time.c", "judge->now_ms - iat_ms < limit_ms",
     "judge->now_ms - iat_ms <= limit_ms", CLAIMS),
    ("core/jose/claims-time.c", "if (!ac_claims_present(&peek->exp))",
     "if (false)", CLAIMS),
    ("core/jose/claims-time.c",
     "value->integer <= AC_CLAIMS_MAX_TIME_S;", "true;", CLAIMS),
    ("core/jose/claims-time.c", "return value->integer >= 0 &&",
     "return true &&", CLAIMS),
    ("core/jose/claims-time.c", "value->real >= 0 &&", "true &&", CLAIMS),
    ("core/jose/claims-time.c",
     'reason = refuse_date(judge, "nbf", &peek->nbf);',
     "reason = AUTHCHAIN_REASON_NONE;", CLAIMS),
    # -- the other claims
    ("core/jose/claims.c",
     "if (ac_span_is(iss->text, want))",
     "if (ac_span_starts(iss->text, want))", CLAIMS),
    ("core/jose/claims.c", "\t\trule_issuer,\n", "", CLAIMS),
    ("core/jose/claims.c", "\t\trule_audience,\n", "", CLAIMS),
    ("core/jose/claims.c", "\t\trule_required,\n", "", CLAIMS),
    ("core/jose/claims.c", "\t\trule_bound,\n", "", CLAIMS),
    ("core/jose/claims.c", "\t\trule_subject,\n", "", CLAIMS),
    ("core/jose/claims.c", "\t\trule_text_claims,\n", "", CLAIMS),
    ("core/jose/claims.c", "if (!ac_claims_is_origin(a) || "
     "!ac_claims_is_origin(b))", "if (false)", CLAIMS),
    ("core/jose/claims.c", "else if (value.text.len == 0)", "else if (false)",
     CLAIMS),
    ("core/jose/claims.c", "value.text.len > AC_CLAIMS_MAX_SUBJECT",
     "value.text.len > AC_CLAIMS_MAX_SUBJECT + 1", CLAIMS),
    ("core/jose/claims.c", "else if (ac_span_has_control(value.text))",
     "else if (false)", CLAIMS),
    # -- header and form
    ("core/jose/jws-key.c",
     "row == NULL || (policy->algorithms & ac_alg_bit(row)) == 0",
     "row == NULL", JWS),
    ("core/jose/jws-key.c", "if (peek->critical != 0)", "if (false)", JWS),
    ("core/jose/jws-key.c",
     "peek->typ.data != NULL && !is_type(peek->typ, policy->types)",
     "false", JWS),
    ("core/jose/jws.c", "if (third < token.len)", "if (false)", JWS),
    ("core/jose/jws.c", "if (token.len > AC_JWS_MAX_TOKEN)",
     "if (token.len > AC_JWS_MAX_TOKEN + 1)", JWS),
    ("core/jose/jws.c", '{ "b64", AUTHCHAIN_CRITICAL_B64 },', "", JWS),
    ("core/base/base64url.c", "if (tail == 1 || (bad & BAD) != 0)",
     "if (tail == 1)", ["tests/test-base64url", TOKEN]),
    ("core/base/base64url.c", "(bits & (tail == 2 ? 0x3ff : 0x3)) == 0",
     "true", ["tests/test-base64url", TOKEN]),
    ("core/base/json.c", "JSON_REJECT_DUPLICATES", "0", JSON),
    ("core/base/json.c", "scan->depth >= scan->limits->max_depth ||", "",
     JSON, "AC_JSON_MAX_DEPTH, the next line's, is the depth of both limits"),
    ("core/base/json.c", "level->commas >= scan->limits->max_items",
     "false", JSON),
    ("core/base/json.c", "if (!json_is_object(root))", "if (false)", JSON),
    # -- keys
    ("core/jose/jwk.c", "if (alg->kty != material->kty)", "if (false)", JWK),
    ("core/jose/jwk.c", "material->secret.len >= alg->hash_bytes",
     "material->secret.len > 0", JWK),
    ("core/jose/jwk.c", "jwk->use != NULL && strcmp(jwk->use, \"sig\") != 0",
     "false", JWK),
    ("core/jose/jwk.c", "if (jwk->ops_given &&", "if (false &&", JWK),
    ("core/jose/jwk.c", "(jwk->alg_name == NULL ||", "(true ||", JWK),
    ("core/jose/jwk.c", "return ac_jwk_allows(jwk, alg) &&", "return true &&",
     JWK + ["tests/test-signature"],
     "a verifier is made for what a key allows alone, and is NULL for else"),
    ("core/jose/material.c", "BN_num_bits(n) < AC_JWK_RSA_MIN_BITS ||",
     "false ||", JWK),
    ("core/jose/material-jwk.c",
     "if (material->is_private && source != AC_JWK_LOCAL)", "if (false)",
     JWK + JWKS),
    ("core/jose/jwks.c", "return secret && public;", "return false;", JWKS),
    ("core/jose/jwks.c", "if (compare_entries(a, b) != 0)", "if (true)",
     JWKS),
    ("core/jose/jwks.c",
     "if (entry->jwk == NULL || !ac_jwk_allows(entry->jwk, alg))",
     "if (entry->jwk == NULL)", JWKS + JWS),
    # -- signatures
    ("core/jose/verifier.c",
     "if (signature.len != verifier->signature_bytes)", "if (false)",
     SIGN + ["tests/test-wycheproof"]),
    ("core/jose/verifier.c", "good = len == signature.len &&\n"
     "\t\t       CRYPTO_memcmp(own, signature.data, len) == 0;",
     "good = true;", SIGN),
    ("core/jose/verifier.c",
     "EVP_PKEY_verify(context->key, bytes, len, hash, hash_len) == 1",
     "EVP_PKEY_verify(context->key, bytes, len, hash, hash_len) >= 0", SIGN),
    ("core/jose/verifier.c",
     "(const unsigned char *)message.data, message.len) == 1",
     "(const unsigned char *)message.data, message.len) >= 0", SIGN),
    # -- chain
    ("core/engine/chain.c", "if (!call->decided && !call->identified)",
     "if (false)", CHAIN),
    ("core/engine/chain.c", "if (!call->decided)\n"
     "\t\tac_call_check_scopes(call);", "", CHAIN),
    ("core/engine/chain.c", "!call->decided && call->at < chain->step_count",
     "call->at < chain->step_count", CHAIN),
    ("core/engine/settle.c",
     "outcome == AUTHCHAIN_ACCEPT && !call->said.subject_set", "false",
     CHAIN),
    ("core/engine/settle.c",
     "outcome == AUTHCHAIN_REJECT && entry->on_unknown_token_next &&",
     "outcome == AUTHCHAIN_REJECT &&", CHAIN),
    ("core/engine/settle.c",
     "outcome == AUTHCHAIN_UNAVAILABLE &&\n"
     "\t\t   call->entry->on_unavailable_allow",
     "outcome == AUTHCHAIN_UNAVAILABLE", CHAIN),
    ("core/engine/settle.c",
     "deny(call, AUTHCHAIN_REASON_FORBIDDEN, \"deny\");",
     "ac_call_trace(call, \"deny\");", CHAIN),
    ("core/engine/settle.c",
     "reason != AUTHCHAIN_REASON_NONE &&\n"
     "\t    ac_answer_find(reason)->verdict == verdict",
     "reason != AUTHCHAIN_REASON_NONE", CHAIN),
    ("core/engine/step.c", "step->stage == AUTHCHAIN_STAGE_GUARD || "
     "call->identified", "true", CHAIN),
    ("core/engine/step.c", "call->token.data != NULL && !call->identified",
     "call->token.data != NULL", CHAIN),
    ("core/engine/step.c", "ac_call_forget_identity(call);", "", CHAIN),
    ("core/engine/step.c",
     "if (call->peek_reason == AUTHCHAIN_REASON_OUT_OF_MEMORY)",
     "if (false)", ["tests/test-shortage"]),
    ("core/engine/scopes.c", "if (ac_span_is(list->items[i], scope))",
     "if (ac_span_starts(list->items[i], scope))", CHAIN),
    ("core/engine/decide.c", "return &answers[R(PLUGIN_FAULT)];",
     "return &answers[R(NO_CREDENTIALS)];",
     ["tests/test-reason"] + CHAIN),
    # -- credential
    ("core/engine/credential.c",
     "request->authorization_count + (token.data != NULL ? 1 : 0) > 1",
     "false", HEADER),
    ("core/engine/credential.c", "if (is_b64token(call->token))", "if (true)",
     HEADER),
    ("core/engine/credential.c", "token.len > AC_CALL_MAX_TOKEN", "false",
     HEADER),
    ("core/engine/credential.c", "ac_span_is_nocase(name, ac_span_text("
     "scheme))", "ac_span_starts(name, ac_span_text(scheme))", HEADER),
    # -- providers
    ("providers/jwt.c", "refuse_claims(policy, call, peek)) {", "false) {",
     ["tests/test-jwt"] + HS256),
    ("providers/jwt.c", "policy->typ_wanted &&", "false &&",
     ["tests/test-jwt"] + HS256),
    ("providers/hs256.c", "if (at == self->key_count) {", "if (false) {",
     HS256),
    ("providers/hs256.c", "if (at == self->key_count && "
     "ac_memory_was_short())", "if (false)", ["tests/test-shortage"]),
    ("providers/static.c", "if (at == self->token_count) {", "if (false) {",
     STATIC),
    ("providers/static.c", "if (is_expired(self))\n"
     "\t\treturn refuse_expired", "if (false)\n\t\treturn refuse_expired",
     STATIC),
    ("providers/jwks.c", "(why == AUTHCHAIN_REASON_UNKNOWN_KID && down)",
     "false", REMOTE),
    ("providers/jwks.c", "if (known && ac_keyset_is_down(self->set))",
     "if (false)", REMOTE),
    ("providers/oauth-answer.c", "if (json_is_true(active))",
     "if (active != NULL)", ANSWER),
    ("providers/oauth-answer.c", "if (answer->status != 200)", "if (false)",
     ANSWER),
    ("core/keys/metadata.c", "if (!ac_span_is_text(named, issuer))",
     "if (!ac_span_starts(named, ac_span_text(issuer)))", META),
    ("core/keys/metadata.c",
     "(fetch_flags & AUTHCHAIN_FETCH_INSECURE_HTTP) == 0", "false", META),
    ("core/keys/metadata.c", "if (!is_loopback(parts.authority))",
     "if (false)", META),
]
