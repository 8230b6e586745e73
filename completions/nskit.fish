# SPDX-License-Identifier: ISC
# fish completion for the programs of nskit; fish loads it by a program's name
#
# What is known of a program comes from its own --help: the options and what each takes, and from
# its usage lines what stands before PROG.

function __nskit_help -a program
    command --query $program; and command $program --help 2>/dev/null </dev/null
end

# The options of a program, one a line: letter, name, what it takes, help, tabs between.
function __nskit_options -a program
    __nskit_help $program | string replace --filter --regex \
        '^  (?:-(.),|   ) --([a-z0-9-]+)((?:\[=[^]]*\]| [^ ]+)?)  +(.*)' '$1\t$2\t$3\t$4'
end

# Its usage lines, without [:PEER], then without [-d DOMAIN] and [--].
function __nskit_forms -a program
    __nskit_help $program |
        string replace --filter --regex '^(?:usage:|      ) [a-z]+' '' |
        string replace --all --regex '\[[^][A-Za-z-][^][]*\]' '' |
        string replace --all --regex '\[-[^][]*\]' ''
end

# Its options for argparse.
function __nskit_specs -a program
    for option in (__nskit_options $program)
        set -l part (string split \t -- $option)
        set -l mark ''
        string match --quiet ' *' -- $part[3]; and set mark =+
        string match --quiet '[*' -- $part[3]; and set mark '=?'
        echo (string trim --left --chars / -- $part[1]/$part[2])$mark
    end
end

# What the next word is, where it is no argument of an option: first, if options can still come, the
# word "options"; then the name that --help has for it, or PROG and its words so far.
function __nskit_state -a program
    set -l most -1
    set -l operands
    set -l words (commandline --tokenize --cut-at-cursor --current-process)
    set -l forms (__nskit_forms $program)

    # Of a program with commands, as `nsbox run`, the usage lines of the one that is given count,
    # and the command is out of the way then; before, it is what comes next.
    if not string match --quiet --invert --regex '^ [a-z]' -- $forms
        if not set -q words[2]
            echo options
            string match --regex '^ [a-z|]+' -- $forms | string trim | string join '|'
            return
        end
        set forms (string match --regex -- "^ (?:[a-z|]*\|)?$words[2](?:\|[a-z|]*)? .*" $forms |
            string replace --regex '^ [a-z|]+' '')
        set -e words[2]
    end
    set -l specs (__nskit_specs $program)
    if not argparse --stop-nonopt $specs -- $words[2..] 2>/dev/null
        echo options # the last one still lacks its argument
        return
    end
    test -n "$argv[1]"; or contains -- -- $words; or echo options

    # Of the usage lines whose options are given, the one with most of them.
    for form in $forms
        set -l required 0
        set -l found
        set -l skip
        for word in (string match --all --regex '[^][ ]+' -- $form)
            set -l name (string trim --left --chars - -- $word)
            if set -q skip[1]; or contains -- $word OPTION... ...
                set skip
            else if test $name = $word
                set -a found $word
            else
                # One of --a|--b is enough.
                set -l any
                for flag in (string split '|' -- $word | string trim --left --chars -)
                    set -q _flag_(string replace --all - _ -- $flag); and set any 1
                end
                set -q any[1]; or set required -100
                set required (math $required + 1)
                set name (string escape --style=regex -- $name)
                string match --quiet --regex "(^|/)$name(/.*)?=\+" -- $specs; and set skip 1
            end
        end
        if test $required -gt $most
            set most $required
            set operands $found
        end
    end

    set -l prog (contains --index -- PROG $operands; or echo 99)
    set -l at (math (count $argv) + 1)
    if contains -- "$operands[-1]" HANDLE... BOX...
        echo $operands[-1]
    else if test $at -lt $prog
        set -q operands[$at]; and echo $operands[$at]
    else
        contains -- -- $argv[$prog]; and set prog (math $prog + 1)
        printf '%s\n' PROG $argv[$prog..]
    end
end

function __nskit_at_options -a program
    contains options (__nskit_state $program)
end

function __nskit_operand -a program
    set -l state (__nskit_state $program)
    if test "$state[1]" = options
        # A word with a dash is one, though a handle may be - too.
        string match --quiet -- '-*' (commandline --cut-at-cursor --current-token); and return
        set -e state[1]
    end
    if test "$state[1]" = PROG
        set -l line (string escape -- $state[2..]) (commandline --cut-at-cursor --current-token)
        complete --do-complete="$line"
    else
        __nskit_argument $program "$state[1]"
    end
end

# Complete what --help calls $what: one of several kinds with | between. Of a list or a pair, the
# last part is completed.
function __nskit_argument -a program all
    set -l typed (commandline --cut-at-cursor --current-token | string replace --regex '^--.*?=' '')
    string replace --regex '[^,+:]*$' '' -- $typed | read -l before
    for what in (string split '|' -- $all)
        switch $what
            case 'HANDLE*'
                __nskit_handles
                string match --quiet '*/*' -- $typed; and __fish_complete_path $typed
            case DIR KEEP
                __fish_complete_directories $typed
            case FILE ARCHIVE ROOT PATH BIND NAMESPACE 'DEV:*'
                __fish_complete_path $typed
            case COMMAND
                complete --do-complete="$typed"
            case '*'
                printf "$before%s\n" (__nskit_words $program $what "$before" | string split ' ')
        end
    end
end

# The words that an argument can be, by the name that --help has for it; with a third word those
# that can come after the first in a list or pair. What has no capital letter is a word itself.
function __nskit_words -a program what before
    test -z "$before"; or set before next
    switch "$program:$what:$before"
        case '*:CAPS:*'
            echo all default none
            nscap --decode 1ffffffffff | string split ,
        case '*:KIND:*'
            echo mnt uts ipc net pid user cgroup time
        case '*:HOW:*'
            echo process thread children mount fd socket tun namespace unseen
        case '*:BITS:*'
            echo {noroot,no_setuid_fixup,no_cap_ambient_raise}{,_locked} keep_caps_locked all
        case '*:NAME=SOFT*'
            echo {as,core,cpu,data,fsize,locks,memlock,msgqueue,nice,nofile,nproc,rss}= \
                {rtprio,rttime,sigpending,stack}=
        case '*:RANGE:*'
            echo auto subids all
        case '*:SIGNAL:*' '*:FROM:TO:*'
            kill -l
        case '*:GROUP:*' '*:GROUPS:*' '*:USER*GROUP*:next'
            getent group | cut -d: -f1
        case '*:USER*'
            getent passwd | cut -d: -f1
        case 'nsinfo:LIST:*' 'nsinfo:EXPR:*'
            nsinfo --columns --raw | cut -d' ' -f1
        case 'nsnew:LIST:*'
            set --names --export
        case '*:INODE:*'
            nsinfo --quick --list --user -o inode --raw
        case 'nsveth:DST*:next'
            echo {via,dev,metric,table}= onlink blackhole unreachable prohibit
        case 'nsveth:DST*'
            echo default
        case 'nsveth:IF*:next'
            echo mode={bridge,private,vepa,passthru,l2,l3,l3s}
        case 'nsveth:IF*' 'nsveth:NAME*'
            ls /sys/class/net
        case 'nscgroup:NAME:*'
            find /sys/fs/cgroup -type d -name 'nskit-*' | string replace --regex '.*nskit-' ''
        case '*:BOX*'
            nsbox ps --names
        case '*'
            string match --quiet --regex '[A-Z]' -- $what; or echo $what
    end 2>/dev/null
end

# What can be a handle: - for standard input, the names, and of each namespace that isn't ours the
# first process, if it isn't the kernel's.
function __nskit_handles
    echo -
    nsinfo --names 2>/dev/null
    nsinfo --quick -Q '!shared && processes && ppid != 2' -o pid --raw 2>/dev/null | sort -u
end

for program in nsnew nsjoin nsinfo nsveth nsroot nshost nscap nscgroup nsinit nskill nsbox nsimage
    complete -c $program -f -a "(__nskit_operand $program)"
    for option in (__nskit_options $program)
        set -l part (string split \t -- $option)
        set -l words -l $part[2] -d $part[4] -n "__nskit_at_options $program"
        test -z "$part[1]"; or set -a words -s $part[1]
        set -l what (string trim --chars ' [=]' -- $part[3])
        if string match --quiet ' *' -- $part[3]
            set -a words -x -a "(__nskit_argument $program $(string escape -- $what))"
        else if test -n "$what"
            set -a words -f -a "(__nskit_argument $program $(string escape -- $what))"
        end
        complete -c $program $words
    end
end
