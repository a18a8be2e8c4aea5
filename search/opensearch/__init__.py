"""The engine over an index that is kept in an OpenSearch cluster."""
