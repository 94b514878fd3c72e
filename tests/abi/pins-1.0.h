/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Plugin ABI 1.0 as it was published: where each field lies, how large each
 * struct was, what each constant is worth.  Never edited; a minor version adds
 * its own list.  The file that includes this one says what the words mean:
 *	AT(type, member, offset)   the field is there
 *	SIZE(type, bytes)          the struct was so large, and may have grown
 *	FIXED(type, bytes)         the struct is so large for good
 *	IS(name, value)            the constant
 */
/* clang-format off */
AT(struct authchain_span, data, 0);
AT(struct authchain_span, len, 8);
FIXED(struct authchain_span, 16);

AT(struct authchain_option, name, 0);
AT(struct authchain_option, help, 8);
AT(struct authchain_option, fallback, 16);
AT(struct authchain_option, choices, 24);
AT(struct authchain_option, purpose, 32);
AT(struct authchain_option, type, 40);
AT(struct authchain_option, flags, 44);
AT(struct authchain_option, min, 48);
AT(struct authchain_option, max, 56);
SIZE(struct authchain_option, 64);

AT(struct authchain_value, type, 0);
AT(struct authchain_value, count, 4);
AT(struct authchain_value, integer, 8);
AT(struct authchain_value, real, 16);
AT(struct authchain_value, text, 24);
FIXED(struct authchain_value, 40);

AT(struct authchain_peek, size, 0);
AT(struct authchain_peek, signing_input, 8);
AT(struct authchain_peek, signature, 24);
AT(struct authchain_peek, header, 40);
AT(struct authchain_peek, payload, 56);
AT(struct authchain_peek, alg, 72);
AT(struct authchain_peek, kid, 88);
AT(struct authchain_peek, typ, 104);
AT(struct authchain_peek, critical, 120);
AT(struct authchain_peek, reserved, 124);
AT(struct authchain_peek, iss, 128);
AT(struct authchain_peek, sub, 168);
AT(struct authchain_peek, aud, 208);
AT(struct authchain_peek, exp, 248);
AT(struct authchain_peek, nbf, 288);
AT(struct authchain_peek, iat, 328);
AT(struct authchain_peek, jti, 368);
AT(struct authchain_peek, audiences, 408);
AT(struct authchain_peek, audience_count, 416);
SIZE(struct authchain_peek, 424);

AT(struct authchain_pair, name, 0);
AT(struct authchain_pair, value, 16);
FIXED(struct authchain_pair, 32);

AT(struct authchain_step, size, 0);
AT(struct authchain_step, entry, 8);
AT(struct authchain_step, stage, 16);
AT(struct authchain_step, reason, 20);
AT(struct authchain_step, outcome, 24);
AT(struct authchain_step, detail, 32);
AT(struct authchain_step, microseconds, 40);
AT(struct authchain_step, cached, 48);
AT(struct authchain_step, reserved, 52);
SIZE(struct authchain_step, 56);

AT(struct authchain_summary, size, 0);
AT(struct authchain_summary, verdict, 8);
AT(struct authchain_summary, reason, 12);
AT(struct authchain_summary, status, 16);
AT(struct authchain_summary, retry_after_s, 20);
AT(struct authchain_summary, microseconds, 24);
AT(struct authchain_summary, chain, 32);
AT(struct authchain_summary, provider, 40);
AT(struct authchain_summary, detail, 48);
AT(struct authchain_summary, subject, 56);
AT(struct authchain_summary, issuer, 72);
AT(struct authchain_summary, client_id, 88);
AT(struct authchain_summary, scopes, 104);
AT(struct authchain_summary, needed, 120);
AT(struct authchain_summary, trace, 136);
AT(struct authchain_summary, trace_count, 144);
AT(struct authchain_summary, trace_stride, 152);
AT(struct authchain_summary, cached, 160);
AT(struct authchain_summary, degraded, 164);
AT(struct authchain_summary, claims, 168);
SIZE(struct authchain_summary, 184);

AT(struct authchain_fetch, size, 0);
AT(struct authchain_fetch, url, 8);
AT(struct authchain_fetch, method, 16);
AT(struct authchain_fetch, body, 24);
AT(struct authchain_fetch, headers, 40);
AT(struct authchain_fetch, header_count, 48);
AT(struct authchain_fetch, flags, 56);
AT(struct authchain_fetch, timeout_ms, 60);
AT(struct authchain_fetch, max_bytes, 64);
SIZE(struct authchain_fetch, 72);

AT(struct authchain_answer, size, 0);
AT(struct authchain_answer, status, 8);
AT(struct authchain_answer, header_count, 12);
AT(struct authchain_answer, error, 16);
AT(struct authchain_answer, headers, 24);
AT(struct authchain_answer, body, 32);
SIZE(struct authchain_answer, 48);

AT(struct authchain_rate, size, 0);
AT(struct authchain_rate, limit, 8);
AT(struct authchain_rate, burst, 12);
AT(struct authchain_rate, period_ms, 16);
SIZE(struct authchain_rate, 24);

AT(struct authchain_state_answer, size, 0);
AT(struct authchain_state_answer, known, 8);
AT(struct authchain_state_answer, allowed, 12);
AT(struct authchain_state_answer, degraded, 16);
AT(struct authchain_state_answer, retry_after_ms, 20);
AT(struct authchain_state_answer, value, 24);
SIZE(struct authchain_state_answer, 40);

AT(struct authchain_host, size, 0);
AT(struct authchain_host, abi_major, 8);
AT(struct authchain_host, abi_minor, 12);
AT(struct authchain_host, entry_name, 16);
AT(struct authchain_host, chain_name, 24);
AT(struct authchain_host, resource, 32);
AT(struct authchain_host, enrolled, 40);
AT(struct authchain_host, option_is_set, 48);
AT(struct authchain_host, option_text, 56);
AT(struct authchain_host, option_number, 64);
AT(struct authchain_host, option_count, 72);
AT(struct authchain_host, option_item, 80);
AT(struct authchain_host, secret_count, 88);
AT(struct authchain_host, secret_value, 96);
AT(struct authchain_host, secret_label, 104);
AT(struct authchain_host, secret_used, 112);
AT(struct authchain_host, fail, 120);
AT(struct authchain_host, warn, 128);
AT(struct authchain_host, claims_issuer, 136);
AT(struct authchain_host, claims_prefix, 144);
AT(struct authchain_host, log, 152);
AT(struct authchain_host, publish, 160);
AT(struct authchain_host, fetch, 168);
AT(struct authchain_host, timer, 176);
AT(struct authchain_host, timer_cancel, 184);
AT(struct authchain_host, share, 192);
AT(struct authchain_host, forget, 200);
AT(struct authchain_host, metric_add, 208);
AT(struct authchain_host, metric_set, 216);
AT(struct authchain_host, report, 224);
AT(struct authchain_host, random, 232);
AT(struct authchain_host, wall_ms, 240);
AT(struct authchain_host, monotonic_ms, 248);
AT(struct authchain_host, state_rate, 256);
AT(struct authchain_host, state_put, 264);
AT(struct authchain_host, state_get, 272);
AT(struct authchain_host, state_watch, 280);
AT(struct authchain_host, state_path, 288);
AT(struct authchain_host, token, 296);
AT(struct authchain_host, peek, 304);
AT(struct authchain_host, peek_claim, 312);
AT(struct authchain_host, claim, 320);
AT(struct authchain_host, attribute, 328);
AT(struct authchain_host, header, 336);
AT(struct authchain_host, remaining_ms, 344);
AT(struct authchain_host, set_subject, 352);
AT(struct authchain_host, set_anonymous, 360);
AT(struct authchain_host, set_issuer, 368);
AT(struct authchain_host, set_client_id, 376);
AT(struct authchain_host, set_expires, 384);
AT(struct authchain_host, adopt, 392);
AT(struct authchain_host, adopt_json, 400);
AT(struct authchain_host, remember, 408);
AT(struct authchain_host, add_scope, 416);
AT(struct authchain_host, set_attribute, 424);
AT(struct authchain_host, need_scope, 432);
AT(struct authchain_host, reason, 440);
AT(struct authchain_host, retry_after, 448);
AT(struct authchain_host, challenge_parameter, 456);
AT(struct authchain_host, summary, 464);
AT(struct authchain_host, defer, 472);
AT(struct authchain_host, resume, 480);
AT(struct authchain_host, complete, 488);
AT(struct authchain_host, ticket_ref, 496);
AT(struct authchain_host, ticket_unref, 504);
AT(struct authchain_host, has_scope, 512);
AT(struct authchain_host, identity, 520);
AT(struct authchain_host, secret_matched, 528);
AT(struct authchain_host, token_digest, 536);
SIZE(struct authchain_host, 544);

AT(struct authchain_plugin, size, 0);
AT(struct authchain_plugin, name, 8);
AT(struct authchain_plugin, description, 16);
AT(struct authchain_plugin, flags, 24);
AT(struct authchain_plugin, option_count, 28);
AT(struct authchain_plugin, options, 32);
AT(struct authchain_plugin, option_size, 40);
AT(struct authchain_plugin, create, 48);
AT(struct authchain_plugin, start, 56);
AT(struct authchain_plugin, destroy, 64);
AT(struct authchain_plugin, guard, 72);
AT(struct authchain_plugin, claim, 80);
AT(struct authchain_plugin, verify, 88);
AT(struct authchain_plugin, map, 96);
AT(struct authchain_plugin, authorize, 104);
AT(struct authchain_plugin, challenge, 112);
AT(struct authchain_plugin, audit, 120);
AT(struct authchain_plugin, cancel, 128);
AT(struct authchain_plugin, status, 136);
SIZE(struct authchain_plugin, 144);

AT(struct authchain_module, magic, 0);
AT(struct authchain_module, size, 4);
AT(struct authchain_module, abi_major, 8);
AT(struct authchain_module, abi_minor, 10);
AT(struct authchain_module, host_minor, 12);
AT(struct authchain_module, reserved, 14);
AT(struct authchain_module, flags, 16);
AT(struct authchain_module, reserved2, 20);
AT(struct authchain_module, name, 24);
AT(struct authchain_module, version, 32);
AT(struct authchain_module, licence, 40);
AT(struct authchain_module, plugins, 48);
SIZE(struct authchain_module, 56);

IS(AUTHCHAIN_MINE, 0x782407fc);
IS(AUTHCHAIN_NOT_MINE, 0x436e141e);
IS(AUTHCHAIN_ACCEPT, 0x165b48b6);
IS(AUTHCHAIN_REJECT, 0x2c9ca152);
IS(AUTHCHAIN_ALLOW, 0x0a84dd85);
IS(AUTHCHAIN_DENY, 0x2b33858a);
IS(AUTHCHAIN_UNAVAILABLE, 0x0970de3b);
IS(AUTHCHAIN_PENDING, 0x1720b3c4);

IS(AUTHCHAIN_REASON_NONE, 0);
IS(AUTHCHAIN_REASON_NO_CREDENTIALS, 1);
IS(AUTHCHAIN_REASON_MALFORMED_CREDENTIALS, 2);
IS(AUTHCHAIN_REASON_AMBIGUOUS_CREDENTIALS, 3);
IS(AUTHCHAIN_REASON_UNCLAIMED, 4);
IS(AUTHCHAIN_REASON_MALFORMED_TOKEN, 5);
IS(AUTHCHAIN_REASON_ALGORITHM_NOT_ALLOWED, 6);
IS(AUTHCHAIN_REASON_CRITICAL_HEADER, 7);
IS(AUTHCHAIN_REASON_WRONG_TYPE, 8);
IS(AUTHCHAIN_REASON_UNKNOWN_KID, 9);
IS(AUTHCHAIN_REASON_UNUSABLE_KEY, 10);
IS(AUTHCHAIN_REASON_BAD_SIGNATURE, 11);
IS(AUTHCHAIN_REASON_BAD_SECRET, 12);
IS(AUTHCHAIN_REASON_EXPIRED, 13);
IS(AUTHCHAIN_REASON_NOT_YET_VALID, 14);
IS(AUTHCHAIN_REASON_ISSUED_IN_FUTURE, 15);
IS(AUTHCHAIN_REASON_TOO_OLD, 16);
IS(AUTHCHAIN_REASON_WRONG_ISSUER, 17);
IS(AUTHCHAIN_REASON_WRONG_AUDIENCE, 18);
IS(AUTHCHAIN_REASON_MISSING_CLAIM, 19);
IS(AUTHCHAIN_REASON_BAD_CLAIM, 20);
IS(AUTHCHAIN_REASON_BAD_SUBJECT, 21);
IS(AUTHCHAIN_REASON_BOUND_TOKEN, 22);
IS(AUTHCHAIN_REASON_INACTIVE, 23);
IS(AUTHCHAIN_REASON_UNKNOWN_TOKEN, 24);
IS(AUTHCHAIN_REASON_REVOKED, 25);
IS(AUTHCHAIN_REASON_LOGIN_REQUIRED, 26);
IS(AUTHCHAIN_REASON_INSUFFICIENT_SCOPE, 27);
IS(AUTHCHAIN_REASON_FORBIDDEN, 28);
IS(AUTHCHAIN_REASON_NOT_FOUND, 29);
IS(AUTHCHAIN_REASON_RATE_LIMITED, 30);
IS(AUTHCHAIN_REASON_KEYS_UNAVAILABLE, 31);
IS(AUTHCHAIN_REASON_DEPENDENCY_UNAVAILABLE, 32);
IS(AUTHCHAIN_REASON_BUSY, 33);
IS(AUTHCHAIN_REASON_DEADLINE, 34);
IS(AUTHCHAIN_REASON_OUT_OF_MEMORY, 35);
IS(AUTHCHAIN_REASON_PLUGIN_FAULT, 36);
IS(AUTHCHAIN_REASON_BAD_REQUEST, 37);
IS(AUTHCHAIN_REASON_REJECTED, 38);
IS(AUTHCHAIN_REASON_NO_SUCH_CHAIN, 39);
IS(AUTHCHAIN_REASON_NO_SUCH_CHAIN, 39);

IS(AUTHCHAIN_VERDICT_FAULT, 0x00000000);
IS(AUTHCHAIN_VERDICT_ALLOW, 0x35c69ba3);
IS(AUTHCHAIN_VERDICT_DENY, 0x5a396c4e);
IS(AUTHCHAIN_VERDICT_UNAVAILABLE, 0x0f93d0b6);

IS(AUTHCHAIN_STAGE_CREDENTIAL, 0);
IS(AUTHCHAIN_STAGE_GUARD, 1);
IS(AUTHCHAIN_STAGE_IDENTITY, 2);
IS(AUTHCHAIN_STAGE_MAP, 3);
IS(AUTHCHAIN_STAGE_AUTHORIZE, 4);
IS(AUTHCHAIN_STAGE_CHALLENGE, 5);
IS(AUTHCHAIN_STAGE_AUDIT, 6);

IS(AUTHCHAIN_LOG_ERROR, 3);
IS(AUTHCHAIN_LOG_WARNING, 4);
IS(AUTHCHAIN_LOG_NOTICE, 5);
IS(AUTHCHAIN_LOG_INFO, 6);
IS(AUTHCHAIN_LOG_DEBUG, 7);

IS(AUTHCHAIN_OPTION_STRING, 1);
IS(AUTHCHAIN_OPTION_INTEGER, 2);
IS(AUTHCHAIN_OPTION_BOOL, 3);
IS(AUTHCHAIN_OPTION_DURATION, 4);
IS(AUTHCHAIN_OPTION_SIZE, 5);
IS(AUTHCHAIN_OPTION_ENUM, 6);
IS(AUTHCHAIN_OPTION_LIST, 7);
IS(AUTHCHAIN_OPTION_URL, 8);
IS(AUTHCHAIN_OPTION_PATH, 9);
IS(AUTHCHAIN_OPTION_SECRET, 10);

IS(AUTHCHAIN_TYPE_ABSENT, 0);
IS(AUTHCHAIN_TYPE_NULL, 1);
IS(AUTHCHAIN_TYPE_BOOL, 2);
IS(AUTHCHAIN_TYPE_INTEGER, 3);
IS(AUTHCHAIN_TYPE_REAL, 4);
IS(AUTHCHAIN_TYPE_STRING, 5);
IS(AUTHCHAIN_TYPE_LIST, 6);
IS(AUTHCHAIN_TYPE_OBJECT, 7);

IS(AUTHCHAIN_ABI_MAJOR, 0x1);
IS(AUTHCHAIN_MODULE_MAGIC, 0x4e484341);
IS(AUTHCHAIN_OPTION_REQUIRED, 0x1);
IS(AUTHCHAIN_OPTION_NOT_EMPTY, 0x2);
IS(AUTHCHAIN_OPTION_ENVIRONMENT, 0x4);
IS(AUTHCHAIN_CRITICAL_CRIT, 0x1);
IS(AUTHCHAIN_CRITICAL_B64, 0x2);
IS(AUTHCHAIN_CRITICAL_ZIP, 0x4);
IS(AUTHCHAIN_CRITICAL_ENC, 0x8);
IS(AUTHCHAIN_FETCH_INSECURE_HTTP, 0x1);
IS(AUTHCHAIN_FETCH_PRIVATE, 0x2);
IS(AUTHCHAIN_PLUGIN_SERIAL, 0x1);
IS(AUTHCHAIN_PLUGIN_BLOCKS, 0x2);
IS(AUTHCHAIN_MODULE_MUST_UNDERSTAND, 0xffff0000);
/* clang-format on */
