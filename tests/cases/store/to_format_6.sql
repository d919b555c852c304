-- Takes a store of format 7 back to format 6, as 0.4 has it: for the tests of what becomes of an
-- older store.
BEGIN;
DROP VIEW flight; DROP TABLE flight_row;
PRAGMA user_version = 6;
COMMIT;
