/* SPDX-License-Identifier: BSD-2-Clause */
/* The table itself, in the order of plugin.h. */
#include "engine/service.h"

#include "base/clock.h"
#include "engine/share.h"
#include "engine/state.h"
#include "engine/ticket.h"

static const struct authchain_host services = {
	.size = sizeof(services),
	.abi_major = AUTHCHAIN_ABI_MAJOR,
	.abi_minor = AUTHCHAIN_ABI_MINOR,
	.entry_name = ac_service_entry_name,
	.chain_name = ac_service_chain_name,
	.resource = ac_service_resource,
	.enrolled = ac_service_enrolled,
	.option_is_set = ac_service_option_is_set,
	.option_text = ac_service_option_text,
	.option_number = ac_service_option_number,
	.option_count = ac_service_option_count,
	.option_item = ac_service_option_item,
	.secret_count = ac_service_secret_count,
	.secret_value = ac_service_secret_value,
	.secret_label = ac_service_secret_label,
	.secret_used = ac_service_secret_used,
	.fail = ac_service_fail,
	.warn = ac_service_warn,
	.claims_issuer = ac_service_claims_issuer,
	.claims_prefix = ac_service_claims_prefix,
	.log = ac_service_log,
	.publish = ac_service_publish,
	.fetch = ac_service_fetch,
	.timer = ac_service_timer,
	.timer_cancel = ac_service_timer_cancel,
	.share = ac_share,
	.forget = ac_service_forget,
	.metric_add = ac_service_metric_add,
	.metric_set = ac_service_metric_set,
	.report = ac_service_report,
	.random = ac_service_random,
	.wall_ms = ac_clock_wall_ms,
	.monotonic_ms = ac_clock_monotonic_ms,
	.state_rate = ac_service_state_rate,
	.state_put = ac_service_state_put,
	.state_get = ac_service_state_get,
	.state_watch = ac_state_watch,
	.state_path = ac_service_state_path,
	.token = ac_service_token,
	.peek = ac_service_peek,
	.peek_claim = ac_service_peek_claim,
	.claim = ac_service_claim,
	.attribute = ac_service_attribute,
	.header = ac_service_header,
	.remaining_ms = ac_service_remaining_ms,
	.set_subject = ac_service_set_subject,
	.set_anonymous = ac_service_set_anonymous,
	.set_issuer = ac_service_set_issuer,
	.set_client_id = ac_service_set_client_id,
	.set_expires = ac_service_set_expires,
	.adopt = ac_service_adopt,
	.adopt_json = ac_service_adopt_json,
	.remember = ac_service_remember,
	.add_scope = ac_service_add_scope,
	.set_attribute = ac_service_set_attribute,
	.need_scope = ac_service_need_scope,
	.reason = ac_service_reason,
	.retry_after = ac_service_retry_after,
	.challenge_parameter = ac_service_challenge_parameter,
	.summary = ac_service_summary,
	.defer = ac_ticket_new,
	.resume = ac_ticket_resume,
	.complete = ac_ticket_complete,
	.ticket_ref = ac_ticket_ref,
	.ticket_unref = ac_ticket_unref,
	.has_scope = ac_service_has_scope,
	.identity = ac_service_identity,
	.secret_matched = ac_service_secret_matched,
	.token_digest = ac_service_token_digest,
	.takes_proof = ac_service_takes_proof,
	.confirm = ac_service_confirm,
	.proof_nonce = ac_service_proof_nonce,
};

const struct authchain_host *
ac_service_host(void)
{
	return &services;
}
