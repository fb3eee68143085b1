-- SPDX-License-Identifier: Apache-2.0
-- Rule packs in Neovim: the schema for yaml-language-server, sekisho fmt on
-- ":SekishoFmt", sekisho check in the quickfix list on ":SekishoCheck".
local schema = vim.fn.stdpath("cache") .. "/sekisho-pack-v1.json"
vim.fn.writefile(vim.fn.systemlist({ "sekisho", "schema" }), schema)

vim.lsp.config("yamlls", {
	cmd = { "yaml-language-server", "--stdio" },
	filetypes = { "yaml" },
	settings = {
		yaml = {
			schemas = { [vim.uri_from_fname(schema)] = "*.pack.yaml" },
			schemaStore = { enable = false, url = "" },
		},
	},
})
vim.lsp.enable("yamlls")

vim.api.nvim_create_user_command("SekishoFmt", function()
	local view = vim.fn.winsaveview()
	vim.cmd("silent %!sekisho fmt -")
	vim.fn.winrestview(view)
end, {})

vim.api.nvim_create_user_command("SekishoCheck", function()
	vim.fn.setqflist({}, "r", {
		lines = vim.fn.systemlist({ "sekisho", "check", "-q",
			"--color", "never", vim.fn.expand("%:p") }),
		efm = "%f:%l:%c: %trror: %m,%f:%l:%c: %tarning: %m,"
			.. "%f:%l:%c: %tote: %m,%-G%.%#",
	})
	vim.cmd("copen")
end, {})
