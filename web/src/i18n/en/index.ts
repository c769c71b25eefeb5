import admin from './admin.json'
import inbox from './inbox.json'
import shell from './shell.json'
import welcome from './welcome.json'

export default { admin, inbox, shell, welcome }
