"""The order import: files that merchants already have become orders and events, decided one after another.

    task = ImportTask.of(Path("orders.csv"), mapping=Path("examples/olist.toml"))
    report = Errand(task, "Olist", settings).run()

`rows` reads files, `shape` says what a column means and builds the bodies of the wire,
`tabular` and `lines` plan, `delivery` sends into a folder and `channel` into a running server, `journal` keeps the
position, `rejects` gives back what was refused. The whole file is read and checked before anything is stored.
"""
