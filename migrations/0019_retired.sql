-- A retired entry is no use of its ports: searches do not find it.

DROP TRIGGER search_own_insert;
CREATE TRIGGER search_own_insert AFTER INSERT ON association WHEN new.origin = 'own' AND new.status <> 'retired' BEGIN
  INSERT INTO search_entry (id, kind, entry_rows, name, first_port, last_port, protocols, prominence, origin, category,
    names, parts, users, name_words, text_words)
  VALUES (-new.row, 'association', json_array(new.row), new.name, new.first_port, new.last_port, new.protocols, 3, 'own', new.category,
    new.search_keys ->> 0, new.search_keys ->> 1, new.search_keys ->> 2, new.search_keys ->> 4, new.text_words);
END;

DROP TRIGGER search_own_update;
CREATE TRIGGER search_own_update AFTER UPDATE ON association WHEN new.origin = 'own' BEGIN
  DELETE FROM search_entry WHERE id = -new.row;
  INSERT INTO search_entry (id, kind, entry_rows, name, first_port, last_port, protocols, prominence, origin, category,
    names, parts, users, name_words, text_words)
  SELECT -new.row, 'association', json_array(new.row), new.name, new.first_port, new.last_port, new.protocols, 3, 'own', new.category,
    new.search_keys ->> 0, new.search_keys ->> 1, new.search_keys ->> 2, new.search_keys ->> 4, new.text_words
  WHERE new.status <> 'retired';
END;
