-- SPDX-License-Identifier: BSD-2-Clause
-- lighttpd runs this before an answer is sent.

local r = lighty.r

-- Pages of this origin may call the API from a browser; others may not.
if not r.req_attr["uri.path"]:find("^/%.well%-known/oauth%-") then
	r.resp_header["Vary"] = "Origin"
	if r.req_header["Origin"] == "https://ORIGIN" then
		r.resp_header["Access-Control-Allow-Origin"] = "https://ORIGIN"
		r.resp_header["Access-Control-Expose-Headers"] =
		    "WWW-Authenticate, DPoP-Nonce, Mcp-Session-Id"
	end
end

-- authchaind did not answer: not the client's fault, so not a 401.
if r.req_item.http_status == 503 and not r.req_env["X_AUTH_REQUEST_ID"] and
    not r.resp_header["Retry-After"] then
	r.resp_header["Retry-After"] = "5"
	r.resp_header["Cache-Control"] = "no-store"
	r.resp_header["Content-Type"] = "application/json"
	r.resp_body.set('{"error":"temporarily_unavailable"}\n')
	return 503 -- and nothing behind it: else the body has no end
end
