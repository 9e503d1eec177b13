-- Runs once, when the volume is new: each service has a database of its own.
CREATE DATABASE order_service;
CREATE DATABASE inventory_service;
CREATE DATABASE notification_service;
