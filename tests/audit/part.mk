TESTPROGS += audit-tool
audit-tool_SRC := tests/audit/audit_tool.c
audit-tool_LIBS := audit-log
