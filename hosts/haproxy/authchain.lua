-- SPDX-License-Identifier: BSD-2-Clause
-- http-request lua.authchain SOCKET CHAIN: ask authchaind about a request.
-- SOCKET is an address of haproxy's: unix@/PATH or ipv4@ADDRESS:PORT.  When
-- the request is denied, the client gets the daemon's answer; when it is
-- allowed, the identity is in X-Auth fields, the token is gone, and
-- var(txn.authchain) is allowed; haproxy goes on behind a script that failed,
-- so the configuration has to look at that.

local identity = {
	"x-auth-user", "x-auth-subject", "x-auth-issuer", "x-auth-scopes",
	"x-auth-groups", "x-auth-client", "x-auth-method", "x-auth-expires",
	"x-auth-request-id"
}
-- What a client is told besides the status.
local told = {
	"www-authenticate", "dpop-nonce", "retry-after", "content-type",
	"cache-control"
}
-- What the daemon hears of proxies alone, or need not hear.
local ours = {
	["x-forwarded-method"] = true, ["x-forwarded-uri"] = true,
	["x-forwarded-host"] = true, ["x-forwarded-proto"] = true,
	["x-forwarded-for"] = true, ["x-original-method"] = true,
	["x-original-uri"] = true, ["x-original-url"] = true,
	["x-request-id"] = true,
	["cookie"] = true, -- nobody judges it, and it can be long
	-- of this connection, or of a body that is not passed on
	["connection"] = true, ["content-length"] = true, ["expect"] = true,
	["host"] = true, ["te"] = true, ["trailer"] = true,
	["transfer-encoding"] = true, ["upgrade"] = true
}

-- { name = { value, ... } }: haproxy counts values from 0.
local function fields_for_daemon(txn)
	local fields = {}

	for name, values in pairs(txn.http:req_get_headers()) do
		if not ours[name] then
			fields[name] = {}
			for at = 0, #values do
				table.insert(fields[name], values[at])
			end
		end
	end
	fields["x-forwarded-method"] = { txn.sf:method() }
	fields["x-forwarded-uri"] = { txn.sf:pathq() }
	fields["x-forwarded-host"] = { txn.sf:req_hdr("host") }
	fields["x-forwarded-proto"] = { txn.f:ssl_fc() == 1 and "https" or "http" }
	fields["x-forwarded-for"] = { txn.sf:src() }
	fields["x-request-id"] = { txn.f:uuid() }
	return fields
end

local function answer(txn, status, fields, body)
	local reply = txn:reply({ status = status, body = body })

	for name, value in pairs(fields) do
		reply:add_header(name, value)
	end
	txn:done(reply)
end

-- Not the client's fault, so not a 401.
local function unavailable(txn)
	answer(txn, 503, {
		["content-type"] = "application/json",
		["cache-control"] = "no-store", ["retry-after"] = "5"
	}, '{"error":"temporarily_unavailable"}\n')
end

-- "http://host?/path" has the path "/", but haproxy takes what begins at the
-- first slash (RFC 3986 3.2); a backslash is one to some.
local function is_misread(txn)
	return txn.sf:url():find("^[^/]*://[^/]*[?#\\]") ~= nil
end

local function refuse(txn)
	answer(txn, 400, {
		["content-type"] = "application/json",
		["cache-control"] = "no-store"
	}, '{"error":"invalid_request"}\n')
end

local function first(answered, name)
	return answered.headers[name] and answered.headers[name][0]
end

local function deny(txn, answered)
	local fields = {}

	for _, name in ipairs(told) do
		fields[name] = first(answered, name)
	end
	answer(txn, answered.status, fields, answered.body)
end

local function allow(txn, answered)
	for _, name in ipairs(identity) do
		txn.http:req_set_header(name, first(answered, name) or "")
	end
	txn.http:req_del_header("authorization")
	txn:set_var("txn.authchain", "allowed")
end

core.register_action("authchain", { "http-req" }, function(txn, socket, chain)
	if is_misread(txn) then
		return refuse(txn)
	end

	local answered = core.httpclient():get({
		url = "http://authchaind/authz/forward-auth/" .. chain,
		dst = socket, headers = fields_for_daemon(txn), timeout = 10000
	})

	-- What is not from the daemon is from haproxy: it was not reached.
	if answered and answered.status == 200 and
	    answered.headers["x-auth-request-id"] then
		allow(txn, answered)
	elseif answered and answered.status >= 400 and
	    first(answered, "content-type") == "application/json" then
		deny(txn, answered)
	else
		unavailable(txn)
	end
end, 2)
