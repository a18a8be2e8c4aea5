"""An index kept in an OpenSearch cluster: what is sent, how, and what it was made from."""
