"""The report of a fleet as one HTML file that needs no server and no network.

``html`` puts the page together. ``rows`` reads the store, ``ranking`` says which deployments come first, ``counts`` and ``drift``
make the tables and drawings that need no script, ``embedded`` is the data of those that do. ``templates`` and ``assets`` hold the
page itself.
"""
