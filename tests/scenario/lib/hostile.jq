# Requests of hostile inputs from an OpenAPI document: every group of endpoints (first word of the path) meets every input once, in the path, the query, or every
# field of the body in turn. Gives "GROUP METHOD PATH-AND-QUERY TYPE BODY", tab-separated, the body as JSON text.
# $inputs: list of values; $step: every so many
def text: if type == "string" then . else tojson end;
def schema($doc): if . == null then {} elif has("$ref") then ($doc.components.schemas[.["$ref"] | split("/") | last] // {}) else . end;
. as $doc
| [.paths | to_entries[] | .key as $path | .value | to_entries[]
	| {path: $path, method: (.key | ascii_upcase), op: .value, group: ($path | split("/") | .[2] // "root")}
	| select(.path | startswith("/api/")) | select(.group | IN("events", "openapi.json", "health") | not) | select(.path | endswith("/events") | not)
	| select(.method + .path != "DELETE/api/session")]
| group_by(.group)[]
| . as $ops
| range(0; $inputs | length; $step) as $k
| $inputs[$k] as $v
| $ops[$k % ($ops | length)] as $o
| ($o.path | gsub("\\{[a-z]+\\}"; ($v | text | .[0:200] | @uri | if . == "" or . == "." or . == ".." then "%20" else . end))) as $path
| ([$o.op.parameters[]? | select(.in == "query") | .name + "=" + ($v | text | .[0:1000] | @uri)] | join("&")) as $query
| ($o.op.requestBody.content // {} | keys[0] // "-") as $type
| ($o.op.requestBody.content["application/json"].schema | schema($doc) | .properties // {} | keys) as $keys
| (if $type == "application/json" then (if ($keys | length) == 0 or $k % 7 == 0 then $v else ($keys | map({(.): $v}) | add) end) else ($v | text) end) as $body
| [$o.group, $o.method, $path + (if $query == "" then "" else "?" + $query end), $type, ($body | if $type == "application/json" then tojson else . end | gsub("[\t\n\r\u0000]"; " "))] | join("\t")
