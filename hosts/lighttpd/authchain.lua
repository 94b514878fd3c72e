-- SPDX-License-Identifier: BSD-2-Clause
-- lighttpd runs this before a request is judged, and again when it is allowed:
-- then the identity is in the environment, where no client can write.

local identity = { "User", "Subject", "Issuer", "Scopes", "Groups", "Client",
	"Method", "Expires", "Request-Id" }
local r = lighty.r

-- The upstream hears from us who it is, and never the token.
if r.req_env["X_AUTH_REQUEST_ID"] then
	for _, name in ipairs(identity) do
		local variable = "X_AUTH_" .. name:upper():gsub("-", "_")

		r.req_header["X-Auth-" .. name] = r.req_env[variable]
	end
	r.req_header["Authorization"] = nil
	return
end

-- A client's own.  authchaind would read Mcp_Name as Mcp-Name, and the upstream
-- would not; or the other way about with X.Auth.User.
local forged = {}
for name in pairs(r.req_header) do
	local small = name:lower()

	if name:find("[^%w%-]") then
		return 400
	end
	if small:find("^x%-auth") or small:find("^x%-forwarded") then
		table.insert(forged, name)
	end
end
for _, name in ipairs(forged) do
	r.req_header[name] = nil
end

-- A preflight carries no token, so it is answered here.
if r.req_attr["request.method"] == "OPTIONS" and
    r.req_header["Access-Control-Request-Method"] and
    not r.req_attr["uri.path"]:find("^/%.well%-known/oauth%-") then
	if r.req_header["Origin"] == "https://ORIGIN" then
		r.resp_header["Access-Control-Allow-Methods"] =
		    "GET, POST, DELETE, OPTIONS"
		r.resp_header["Access-Control-Allow-Headers"] =
		    "Authorization, DPoP, Content-Type, Accept, " ..
		    "Last-Event-ID, MCP-Protocol-Version, Mcp-Session-Id, " ..
		    "Mcp-Method, Mcp-Name"
		r.resp_header["Access-Control-Max-Age"] = "7200"
	end
	return 204
end
