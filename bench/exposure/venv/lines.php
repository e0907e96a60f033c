<?php
function lines(string $text): int
{
    return substr_count($text, "\n");
}
