"""From rows to bodies of the wire: the mapping file, its values, and the shape compiled from both."""
