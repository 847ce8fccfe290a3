"""Questions of other programs: an HTTP API and an MCP server that answer as the command line does with -f json."""

from mobility.errors import needs

for _library in ("fastapi", "mcp", "uvicorn"):
    needs(_library, "serve", "serving other programs")
