/** What initdb and the package around it say, and what to do about it. @type {[RegExp, string][]} */
const REMEDIES = [
  [
    /could not look up effective user ID \d+|ENOENT.*uv_os_get_passwd|uv_os_get_passwd.*ENOENT/,
    'this user id has no name, and initdb needs one: add it to /etc/passwd, or run as a user who is there',
  ],
  [
    /error while loading shared libraries|Library not loaded/,
    'its libraries are missing: remove node_modules, and start again',
  ],
  [/EACCES|[Pp]ermission denied/, 'check who owns the folder, and its mode'],
  [/ENOSPC|No space left/, 'free some space'],
  [/groupadd|useradd|new user on this system/, 'create the user "postgres", or run as another user than root'],
];

/** @param {string} output of initdb @returns {string} one line: what it said, and what to do */
export function reasonOf(output) {
  const lines = output
    .split('\n')
    .map((line) => line.replace(/^\[STDERR\] /, '').trim())
    .filter(Boolean);
  for (const [pattern, remedy] of REMEDIES) {
    const said = lines.find((line) => pattern.test(line));
    if (said) return `${said} (${remedy})`;
  }
  return lines.find((line) => /error|fatal/i.test(line)) ?? lines.at(-1) ?? 'initdb said nothing';
}
