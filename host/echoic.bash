# Copyright 2026 Echoic authors
# SPDX-License-Identifier: ISC
#
# bash completion for echoic(1).  Commands and options are what the installed
# program says in its own --help.
# shellcheck disable=SC2207 # words without spaces

_echoic_options() { # _echoic_options PROGRAM COMMAND
  "$1" "$2" --help 2>/dev/null | grep -oE -- '(^|[ ,])--[a-z][a-z-]*' |
    tr -d ' ,' | sort -u
}

_echoic_values() { # _echoic_values OPTION COMMAND: words that it may have
  case $1 in
  -f | --format) echo audacity csv jsonl raven "$([ "$2" = live ] || echo midi)" ;;
  -m | --mode) echo isolate mute duck "$([ "$2" = live ] && echo thru)" ;;
  --false-alarms) echo auto ;;
  --clip-format) echo wav flac ;;
  --graph) [ "$2" = process ] || echo rotating delay onepole transmamba ;;
  --channel) echo mix 1 2 "$([ "$2" = detect ] && echo each)" ;;
  --cell) "$program" convert --help 2>/dev/null |
    sed -n '/^Cells:/,$ s/^  \([a-z0-9_]*\)  .*/\1/p' ;;
  esac
}

_echoic_files() { # _echoic_files WORD [SUFFIX]: directories, and files so named
  local name
  compgen -d -- "$1"
  compgen -f -- "$1" | while IFS= read -r name; do
    [[ -f $name && $name == *"${2-}" ]] && printf '%s\n' "$name"
  done
}

_echoic() {
  local program=$1 word=$2 previous=$3 command=${COMP_WORDS[1]}
  local values
  compopt -o filenames 2>/dev/null
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "$("$program" --help 2>/dev/null |
      sed -n 's/^  \([a-z]*\)  .*/\1/p') help --help --version" -- "$word"))
    return
  fi

  values=$(_echoic_values "$previous" "$command")
  if [ -n "$values" ]; then
    COMPREPLY=($(compgen -W "$values" -- "$word"))
    if [ "$previous" = --graph ]; then
      mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(_echoic_files "$word")
    fi
  elif [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W "$(_echoic_options "$program" "$command")" -- "$word"))
  elif [[ $command == help ]]; then
    COMPREPLY=($(compgen -W "$("$program" --help 2>/dev/null |
      sed -n 's/^  \([a-z]*\)  .*/\1/p')" -- "$word"))
  elif [[ $COMP_CWORD -eq 2 && $command =~ ^(teach|detect|process|live|report)$ ]]; then
    mapfile -t COMPREPLY < <(_echoic_files "$word" .safetensors)
  elif [[ $command == eval && $COMP_CWORD -eq 2 ]]; then
    mapfile -t COMPREPLY < <(compgen -d -- "$word")
  else
    mapfile -t COMPREPLY < <(_echoic_files "$word")
  fi
}

complete -F _echoic echoic
