// The third door of directory: departments. Those who group figures read them; capture and charging never do.

export {
  type Department,
  type DepartmentChange,
  type DepartmentRefusal,
  listDepartments,
  removeDepartment,
  saveDepartment,
} from './departments.ts'
export { type BadExtensions, parseExtensions } from './extension-list.ts'
