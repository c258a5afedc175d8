# Reads a stream as anybody might: Redis' own protocol over a socket, core modules only, no code of chibo.
# perl plain_client.pl HOST PORT STREAM -> one line per entry: id, bytes of the fact in hexadecimal, leaf hash, subject
use strict;
use warnings;
use IO::Socket::INET;
use Digest::SHA qw(sha256_hex);
use JSON::PP;

my ($host, $port, $stream) = @ARGV;
my $socket = IO::Socket::INET->new(PeerAddr => $host, PeerPort => $port) or die "$host:$port: $@";
binmode $socket;

my @words = ('XRANGE', $stream, '-', '+');
print $socket '*' . @words . "\r\n" . join('', map { '$' . length($_) . "\r\n$_\r\n" } @words);
$socket->flush;

sub line { my $text = <$socket>; die "cut off" unless defined $text; $text =~ s/\r\n\z//; return $text }

sub value {
    my $head = line();
    my ($kind, $rest) = (substr($head, 0, 1), substr($head, 1));
    if ($kind eq '$') {
        return undef if $rest < 0;
        my $data = '';
        while (length($data) < $rest + 2) {
            read($socket, $data, $rest + 2 - length $data, length $data) or die "cut off";
        }
        return substr($data, 0, $rest);
    }
    return [map { value() } 1 .. $rest] if $kind eq '*';
    return $rest if $kind eq ':' or $kind eq '+';
    die $rest;
}

for my $entry (@{ value() }) {
    my ($id, $fields) = @$entry;
    die "fields of $id" unless @$fields == 2 and $fields->[0] eq 'fact';
    my $fact = $fields->[1];
    print join(' ', $id, unpack('H*', $fact), sha256_hex("\0" . $fact), decode_json($fact)->{subject}), "\n";
}
