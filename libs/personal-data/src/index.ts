export { EraseCustomers } from './erase-customers.js';
export { type Erasure, Erasures, type NameAt } from './erasures.js';
export { type ExportedEntries, ExportCustomer } from './export-customer.js';
export { PERSONAL_DATA_MIGRATIONS } from './migrations.js';
export { PersonalDataModule, type PersonalDataOptions } from './personal-data.module.js';
