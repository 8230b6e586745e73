# SPDX-License-Identifier: ISC
# shellcheck shell=sh
# box-options - what the options of a command say

# What they say when they aren't given.
bridge=nsbox0 pool=10.89.0.0/16 net=none confined=yes grace=10 user='' workdir='' hostname=''
name='' detach='' keep='' publish='' overlay='' readonly='' memory='' pids='' cpu='' cap_add=''
cap_drop='' map_auto='' tty='' force='' follow='' watch='' form='' verbose=''

# Take one option, which has been given the value $2, or nothing.
take() {
	case $command:$1 in
	*:-v | *:--verbose) verbose=-v ;;
	run:-d | run:--detach) detach=yes ;;
	run:--keep) keep=yes ;;
	run:--name) name=$2 ;;
	run:--hostname) hostname=$2 ;;
	run:--net) net=$2 ;;
	run:--bridge) bridge=$2 ;;
	run:--pool) pool=$2 ;;
	run:-p | run:--publish) publish="$publish $2" ;;
	run:--volume) volumes="$volumes$at " ;;
	run:--overlay) overlay=--overlay ;;
	run:--read-only) readonly=--ro ;;
	run:-e | run:--env | exec:-e | exec:--env) env="$env$at " ;;
	run:-u | run:--user | exec:-u | exec:--user) user=$2 ;;
	run:-w | run:--workdir | exec:-w | exec:--workdir) workdir=$2 ;;
	run:--memory) memory=$2 ;;
	run:--pids) pids=$2 ;;
	run:--cpu) cpu=$2 ;;
	run:--cap-add) cap_add=$cap_add,$2 ;;
	run:--cap-drop) cap_drop=$cap_drop,$2 ;;
	run:--unconfined) confined='' ;;
	run:--map-auto) map_auto=--map-auto ;;
	run:--init | run:--rm) ;;
	exec:-t | exec:--tty) tty=--tty ;;
	stop:--grace | rm:--grace) grace=$2 ;;
	rm:--force) force=yes ;;
	logs:-f | logs:--follow) follow=yes ;;
	stats:--watch) watch=--watch${2:+=$2} ;;
	ps:--names) form=names ;;
	ps:--json | stats:--json) form=json ;;
	*) misuse "unknown option '$1'" ;;
	esac
}

takes_word() {
	case $1 in
	-[peuw] | --name | --hostname | --net | --bridge | --pool | --publish | --volume | --env) ;;
	--user | --workdir | --memory | --pids | --cpu | --cap-add | --cap-drop | --grace) ;;
	*) return 1 ;;
	esac
}

# The options of a command. Sets $taken to how many words that is. What may be anything, and be
# given several times, is left where it is: in $volumes, " 3 5= " means the third word, and what
# follows the = in the fifth.
parse() {
	taken=0 volumes=' ' env=' '
	while [ $# -gt 0 ]; do
		taken=$((taken + 1))
		option=$1 value='' at=$taken
		case $1 in
		--) return ;;
		-h | --help | -V | --version) exec "$bin/nsbox" "$1" ;;
		--watch=*) option=${1%%=*} value=${1#*=} ;;
		--*=*)
			option=${1%%=*} value=${1#*=} at=$taken=
			takes_word "$option" ||
				misuse "unknown option, or one without argument: '$1'"
			;;
		-?*)
			if takes_word "$1"; then
				[ $# -gt 1 ] || misuse "missing argument of '$1'"
				shift
				taken=$((taken + 1))
				value=$1 at=$taken
			fi
			;;
		*)
			taken=$((taken - 1))
			return
			;;
		esac
		take "$option" "$value"
		shift
	done
}
