"""How the files of one tree become one document: what overrides, extends, includes, patches or fills what.

A reader here yields ``Assembled`` documents, whose nodes have the places of the files that set their values, and ``Unresolved``
where something cannot be followed. It knows neither programs nor what the documents mean to their readers.
"""
