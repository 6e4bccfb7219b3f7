# shellcheck shell=bash
# What building and speaking need. Sourced by the scripts in the root of the repository, which set $root.

say() { printf '%s\n' "$*" >&2; }

# Sets $dotnet to the .NET command: on the PATH, or where its installers put it.
find_dotnet() {
    local candidate
    for candidate in "$(command -v dotnet || true)" "${DOTNET_ROOT:-}/dotnet" "$HOME/.dotnet/dotnet" /usr/share/dotnet/dotnet /usr/local/share/dotnet/dotnet; do
        if [[ -n $candidate && -x $candidate ]]; then
            dotnet=$candidate
            return
        fi
    done
    say "Captioning needs the .NET 10 SDK, and there is no 'dotnet' here."
    how_to_get_sdk
    exit 2
}

require_sdk() {
    if ! "$dotnet" --list-sdks | grep -q '^10\.'; then
        say "Captioning needs the .NET 10 SDK; '$dotnet' has: $("$dotnet" --list-sdks | cut -d' ' -f1 | tr '\n' ' ')"
        how_to_get_sdk
        exit 2
    fi
    export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en
}

how_to_get_sdk() {
    say "Install it: 'apt-get install dotnet-sdk-10.0' or 'brew install dotnet-sdk' where they have it,"
    say "else see https://dotnet.microsoft.com/download/dotnet/10.0"
}

has_espeak() {
    command -v espeak-ng >/dev/null || compgen -G '/usr/lib/*/libespeak-ng.so*' >/dev/null || compgen -G '/usr/lib*/libespeak-ng.so*' >/dev/null
}

# Installs espeak-ng, which turns text into phonemes, where that takes no password. Fails where it cannot.
# $1: a file for the installer's output.
install_espeak() {
    install_packages "$1" "which speech needs" espeak-ng
}

# Installs Debian packages where that takes no password. Fails where it cannot.
# $1: a file for the installer's output; $2: what for; the other arguments are the packages.
install_packages() {
    local log=$1 why=$2
    shift 2
    local as_root=()
    if [[ $EUID -ne 0 ]]; then
        as_root=(sudo -n)
        sudo -n true 2>/dev/null || return 1
    fi
    command -v apt-get >/dev/null || return 1
    say "Installing $*, $why..."
    # Runlevel 1: no service is started; the tests start brokers of their own.
    local install=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 "$@")
    "${install[@]}" >"$log" 2>&1 </dev/null || {
        "${as_root[@]}" apt-get update >>"$log" 2>&1 </dev/null && "${install[@]}" >>"$log" 2>&1 </dev/null
    }
}

how_to_get_espeak() {
    say "Speech needs espeak-ng, which is not installed and cannot be from here."
    say "Install it: 'sudo apt-get install espeak-ng', 'sudo dnf install espeak-ng' or 'brew install espeak-ng'."
}

# Builds, with all output in a log that is shown where the build fails. No build server stays behind.
# $1: the log; the other arguments go to dotnet build.
build() {
    local log=$1
    shift
    if ! "$dotnet" build "$@" -c Release -v quiet -nodeReuse:false -p:UseSharedCompilation=false >"$log" 2>&1 </dev/null; then
        cat "$log" >&2
        say "The build failed; its output is in $log"
        exit 2
    fi
}

# What only the tests need: a broker, a client of it in another language, what scrapes the service, and what looks at its page.
has_rabbitmq() { [[ -x /usr/lib/rabbitmq/bin/rabbitmq-server || -x /opt/homebrew/sbin/rabbitmq-server || -x /usr/local/sbin/rabbitmq-server ]]; }

# The Python of the system goes first, as in the tests: packages do not reach another one in the path.
has_pika() {
    local python=/usr/bin/python3
    [[ -x $python ]] || python=python3
    "$python" -c 'import pika' >/dev/null 2>&1
}

has_prometheus() { command -v prometheus >/dev/null; }

has_chromium() { [[ -x /usr/bin/chromium || -x /usr/bin/google-chrome || -d '/Applications/Google Chrome.app' ]]; }

# $1: a file for the installer's output.
install_test_packages() {
    install_packages "$1" "which the tests need" rabbitmq-server python3-pika prometheus chromium fonts-inter
}

how_to_get_test_packages() {
    say "The tests of the service need RabbitMQ, pika, Prometheus and Chromium, which are not installed and cannot be from here; they will fail."
    say "Install them: 'sudo apt-get install rabbitmq-server python3-pika prometheus chromium',"
    say "or 'brew install rabbitmq prometheus google-chrome' and 'pip install pika'."
}
