/** One column of IANA's file. */
interface IanaColumn {
  /** The name of the cell in `AssignmentCells`; in snake_case, that of the SQL column. */
  readonly key: string;
  /** The header in IANA's CSV. */
  readonly header: string;
  /** The header in files up to 2018. */
  readonly earlierHeader?: string;
  /** The element of a record in IANA's XML whose text is the cell; absent if the cell has another origin. */
  readonly element?: string;
  /** The field of an `Assignment` that changes report; absent for the columns that identify a row. */
  readonly field?: string;
}

/** IANA's 12 columns, in IANA's order. SQL, CSV, XML and the fields of changes come from this table. */
export const IANA_COLUMNS = [
  { key: 'serviceName', header: 'Service Name', element: 'name', field: 'serviceName' },
  { key: 'portNumber', header: 'Port Number', element: 'number' },
  { key: 'transportProtocol', header: 'Transport Protocol', element: 'protocol' },
  { key: 'description', header: 'Description', element: 'description', field: 'description' },
  { key: 'assignee', header: 'Assignee', field: 'assignee' },
  { key: 'contact', header: 'Contact', field: 'contact' },
  { key: 'registrationDate', header: 'Registration Date', field: 'registrationDate' },
  { key: 'modificationDate', header: 'Modification Date', field: 'modificationDate' },
  { key: 'reference', header: 'Reference', field: 'references' },
  { key: 'serviceCode', header: 'Service Code', element: 'sc', field: 'serviceCode' },
  {
    key: 'unauthorizedUseReported',
    header: 'Unauthorized Use Reported',
    earlierHeader: 'Known Unauthorized Uses',
    element: 'unauthorized',
    field: 'unauthorizedUse',
  },
  { key: 'assignmentNotes', header: 'Assignment Notes', element: 'note', field: 'notes' },
] as const satisfies readonly IanaColumn[];

/** The name of a cell. */
export type CellName = (typeof IANA_COLUMNS)[number]['key'];

/** The names of the cells, in IANA's order. */
export const CELL_NAMES: readonly CellName[] = IANA_COLUMNS.map(({ key }) => key);
