/**
 * The completion script of bash. It replaces that of the completion library, which needs the package bash-completion, fails when it
 * is sourced twice, and evaluates the typed words. It runs in bash 3.2, the version of macOS, too: `compopt` is missing there, and
 * bash then completes file names where nothing else matches.
 */
export const BASH_COMPLETION = `# bash completion for portolan
_portolan() {
  local line=\${COMP_LINE:0:COMP_POINT} value
  local -a words
  read -ra words <<< "$line"
  # After a blank, a new word begins.
  case $line in *[[:blank:]]) words+=('') ;; esac
  COMPREPLY=()
  while IFS=$'\\t' read -r value _; do
    case $value in
      :0) ;;
      :*) compopt +o default 2> /dev/null ;;
      *) COMPREPLY+=("$value") ;;
    esac
  done < <(portolan complete -- "\${words[@]:1}" 2> /dev/null)
}
complete -o default -F _portolan portolan`;
