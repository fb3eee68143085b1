# The packs, installed with their folders: the daemon reads them from
# $(pkgdatadir)/rules unless told otherwise.
nobase_dist_pkgdata_DATA = \
	rules/brands/jp-brands.pack.yaml \
	rules/campaigns/jp-ekinet-payment-2026-02.pack.yaml \
	rules/campaigns/jp-jcom-unpaid-2022-08.pack.yaml \
	rules/campaigns/jp-kagoya-activemail-2024-01.pack.yaml \
	rules/campaigns/jp-kagoya-billing-2026-02.pack.yaml \
	rules/campaigns/jp-kagoya-mailbox-2020-02.pack.yaml \
	rules/common/jp-common.pack.yaml \
	rules/common/networks.pack.yaml

EXTRA_DIST += rules/README.md rules/common/README.md
