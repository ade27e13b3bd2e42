# Completion of socle-agent for bash. Written by python -m socle_agent.document: change it there.
_socle_agent() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command= w i
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        w=${COMP_WORDS[i]}
        case $w in
        --config) ((i++)) ;;
        -* | =) ;;
        *) command=${command:+$command }$w ;;
        esac
    done
    if [[ $before == --config ]]; then
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        return
    fi
    case $command in
    '') mapfile -t COMPREPLY < <(compgen -W 'run status what-is-sent totals doctor health catalogue --config --help --version' -- "$word") ;;
    catalogue) mapfile -t COMPREPLY < <(compgen -W 'check explain' -- "$word") ;;
    'run') mapfile -t COMPREPLY < <(compgen -W '--config' -- "$word") ;;
    'status') mapfile -t COMPREPLY < <(compgen -W '--config --json' -- "$word") ;;
    'what-is-sent') mapfile -t COMPREPLY < <(compgen -W '--config --follow' -- "$word") ;;
    'totals') mapfile -t COMPREPLY < <(compgen -W '--config --json' -- "$word") ;;
    'doctor') mapfile -t COMPREPLY < <(compgen -W '--config' -- "$word") ;;
    'health') mapfile -t COMPREPLY < <(compgen -W '--config --json --smart' -- "$word") ;;
    'catalogue check'*) mapfile -t COMPREPLY < <(compgen -f -W '--config' -- "$word") ;;
    'catalogue explain') mapfile -t COMPREPLY < <(compgen -W '--config --json' -- "$word") ;;
    esac
}
complete -o filenames -F _socle_agent socle-agent
