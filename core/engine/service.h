/* SPDX-License-Identifier: BSD-2-Clause */
/* The services table that plugins get, and the parts it is made of. */
#ifndef AC_ENGINE_SERVICE_H
#define AC_ENGINE_SERVICE_H

#include "engine/call.h"

/* The one table; constant. */
const struct authchain_host *ac_service_host(void);

/* service-claims.c */
const struct authchain_peek *ac_service_peek(struct authchain_call *call);
int ac_service_peek_claim(struct authchain_call *call, const char *pointer,
    struct authchain_value *value);
int ac_service_claim(struct authchain_call *call, const char *pointer,
    struct authchain_value *value);
int ac_service_adopt(struct authchain_call *call);
int ac_service_adopt_json(struct authchain_call *call,
    struct authchain_span json);

/* bound.c */
int ac_service_takes_proof(struct authchain_entry *entry,
    const char *algorithms);
int ac_service_confirm(struct authchain_call *call, const char *member,
    struct authchain_span thumbprint);
int ac_service_proof_nonce(struct authchain_call *call,
    struct authchain_span nonce);

/* service-call.c */
struct authchain_span ac_service_token(const struct authchain_call *call);
struct authchain_span ac_service_attribute(const struct authchain_call *call,
    const char *name);
struct authchain_span ac_service_header(const struct authchain_call *call,
    const char *name, size_t at);
uint32_t ac_service_remaining_ms(const struct authchain_call *call);
int ac_service_set_subject(struct authchain_call *call,
    struct authchain_span subject);
int ac_service_set_anonymous(struct authchain_call *call);
int ac_service_set_issuer(struct authchain_call *call,
    struct authchain_span issuer);
int ac_service_set_client_id(struct authchain_call *call,
    struct authchain_span client_id);
int ac_service_set_expires(struct authchain_call *call, int64_t at_s);
void ac_service_remember(struct authchain_call *call, uint32_t max_s);
int ac_service_add_scope(struct authchain_call *call,
    struct authchain_span scope);
int ac_service_set_attribute(struct authchain_call *call, const char *name,
    struct authchain_span value);
int ac_service_need_scope(struct authchain_call *call,
    struct authchain_span scope);
void ac_service_reason(struct authchain_call *call, uint32_t reason,
    const char *format, ...) AUTHCHAIN_PRINTF(3, 4);
void ac_service_retry_after(struct authchain_call *call, uint32_t seconds);
int ac_service_challenge_parameter(struct authchain_call *call,
    const char *name, struct authchain_span value);
int ac_service_has_scope(const struct authchain_call *call,
    struct authchain_span scope);
struct authchain_span ac_service_identity(const struct authchain_call *call,
    const char *name);
const struct authchain_summary *ac_service_summary(
    const struct authchain_call *call);

/* service-entry.c */
const char *ac_service_entry_name(const struct authchain_entry *entry);
const char *ac_service_chain_name(const struct authchain_entry *entry);
const char *ac_service_resource(const struct authchain_entry *entry);
int ac_service_enrolled(const struct authchain_entry *entry, uint32_t stage);
int ac_service_option_is_set(const struct authchain_entry *entry,
    const char *name);
struct authchain_span ac_service_option_text(const struct authchain_entry
						 *entry,
    const char *name);
int64_t ac_service_option_number(const struct authchain_entry *entry,
    const char *name);
size_t ac_service_option_count(const struct authchain_entry *entry,
    const char *name);
struct authchain_span ac_service_option_item(const struct authchain_entry
						 *entry,
    const char *name, size_t at);
size_t ac_service_secret_count(const struct authchain_entry *entry,
    const char *name);
struct authchain_span ac_service_secret_value(const struct authchain_entry
						  *entry,
    const char *name, size_t at);
const char *ac_service_secret_label(const struct authchain_entry *entry,
    const char *name, size_t at);
void ac_service_secret_used(const struct authchain_entry *entry,
    const char *name, size_t at);
int ac_service_token_digest(struct authchain_call *call,
    unsigned char digest[32]);
void ac_service_secret_matched(struct authchain_call *call, const char *name,
    size_t at);
void ac_service_fail(struct authchain_entry *entry, const char *option,
    const char *format, ...) AUTHCHAIN_PRINTF(3, 4);
void ac_service_warn(struct authchain_entry *entry, const char *option,
    const char *format, ...) AUTHCHAIN_PRINTF(3, 4);
void ac_service_claims_issuer(struct authchain_entry *entry,
    struct authchain_span issuer);
void ac_service_claims_prefix(struct authchain_entry *entry,
    struct authchain_span prefix);
void ac_service_log(struct authchain_entry *entry, uint32_t level,
    const char *format, ...) AUTHCHAIN_PRINTF(3, 4);
int ac_service_publish(struct authchain_entry *entry, const char *path,
    const char *content_type, struct authchain_span body);
void ac_service_forget(struct authchain_entry *entry);
void ac_service_metric_add(struct authchain_entry *entry, const char *name,
    uint64_t amount);
void ac_service_metric_set(struct authchain_entry *entry, const char *name,
    int64_t value);
void ac_service_report(struct authchain_report *report, const char *name,
    const char *format, ...) AUTHCHAIN_PRINTF(3, 4);
int ac_service_random(void *buffer, size_t len);

/* service-io.c */
int ac_service_fetch(struct authchain_entry *entry,
    const struct authchain_fetch *request,
    void (*done)(void *arg, const struct authchain_answer *answer), void *arg);
uint64_t ac_service_timer(struct authchain_entry *entry, uint64_t delay_ms,
    void (*fire)(void *arg), void *arg);
int ac_service_timer_cancel(struct authchain_entry *entry, uint64_t id);
int ac_service_state_rate(struct authchain_entry *entry,
    struct authchain_span key, const struct authchain_rate *rate,
    void (*done)(void *arg, const struct authchain_state_answer *), void *arg);
int ac_service_state_put(struct authchain_entry *entry,
    struct authchain_span key, struct authchain_span value, uint64_t ttl_ms);
int ac_service_state_get(struct authchain_entry *entry,
    struct authchain_span key,
    void (*done)(void *arg, const struct authchain_state_answer *), void *arg);
int ac_service_state_path(const struct authchain_entry *entry, const char *name,
    char *path, size_t size);

#endif
