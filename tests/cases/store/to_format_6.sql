-- Takes a store of format 8 back to format 6, as 0.4 has it: for the tests of what becomes of an
-- older store.
BEGIN;
DROP TABLE selection; DROP TABLE selection_past;
DROP VIEW flight; DROP TABLE flight_row;
PRAGMA user_version = 6;
COMMIT;
