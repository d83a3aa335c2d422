"""The kinds of sources and the statuses that every site has; site.yaml may add to both.

Their labels are interface words (`language/*.json`), the pictures of kinds lie in `static/kinds/`.
"""

# The kinds and statuses that every site has. Their labels are interface words, `kind.press` in
# postil/language/; a kind's picture is static/kinds/press.svg.
KINDS = {
    "person": "Somebody who speaks for nobody else.",
    "official": "Somebody who speaks for a government, an army or another public body.",
    "wire": "A news agency, or a report of one.",
    "press": "A newspaper, broadcaster or news site, or a report of one.",
    "government": "A government, ministry or other public body, or what it published.",
    "state-media": "An outlet that a government runs.",
    "un": "The United Nations, or one of its bodies.",
    "ngo": "An organisation that is neither state nor business.",
    "court": "A court, a judgment or a record of proceedings; wants a locator where it is cited.",
    "academic": "A scholarly work; wants a locator where it is cited.",
    "document": "A report, a law, a contract, a file; wants a locator where it is cited.",
    "reference": "An encyclopedia, a dictionary, a database.",
    "unnamed": "Somebody whose name is not given; needs a reason.",
}
STATUSES = (
    "supported", "disputed", "unverified", "altered", "imprecise", "outdated", "opinion",
    "unsourced",
)  # fmt: skip

# A citation of one of these without a place in it sends the reader through the whole of it.
KINDS_WITH_PLACES = frozenset({"document", "court", "academic"})
