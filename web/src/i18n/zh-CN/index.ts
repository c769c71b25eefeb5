import admin from './admin.json'
import customers from './customers.json'
import inbox from './inbox.json'
import shell from './shell.json'
import welcome from './welcome.json'

export default { admin, customers, inbox, shell, welcome }
