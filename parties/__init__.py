"""The authentic register: persons, associations and how to reach them."""
