# SPDX-License-Identifier: GPL-3.0-or-later
# The last words of a run of prove: "N passed, N failed" (and ", N skipped").
package Counts;
use strict;
use warnings;
use parent 'TAP::Formatter::File';

# A test file that died, ran another number of tests than it planned, or said nothing
# counts as failed, too: once, if none of its tests has failed.
sub summary {
    my ($self, $aggregate, @rest) = @_;
    my ($passed, $failed, $skipped) = (0, 0, 0);
    for my $parser ($aggregate->parsers($aggregate->descriptions)) {
        my $bad = $parser->failed;
        $bad ||= $parser->has_problems ? 1 : 0;
        $passed += $parser->passed - $parser->skipped;
        $skipped += $parser->skipped;
        $skipped++ if defined $parser->skip_all;
        $failed += $bad;
    }
    $self->SUPER::summary($aggregate, @rest);
    $self->_output("$passed passed, $failed failed" . ($skipped ? ", $skipped skipped" : '') . "\n");
}

1;
