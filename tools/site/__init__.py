"""`make site`: the documents as a site with search, which needs no server and no network."""
