"""From documents to a schema: what samples have in common, and the comments beside their keys.

``infer.infer_schema`` is the way in. No value of a document gets into a schema, only keys, types and comments.
"""
