// Copyright 2026 Echoic authors
// SPDX-License-Identifier: ISC

#ifndef ECHOIC_HOST_PIPES_H
#define ECHOIC_HOST_PIPES_H

/**
   Pipes that end when the program is asked to stop.

   Reading from a pipe waits for whoever writes into it, and libsndfile waits on
   after a signal.  So the signal puts an empty pipe in the place of each that
   is listed here and wakes the thread that reads it: whether that waits already
   or is just about to, it comes to the end of the pipe.

   All functions may be called by several threads.
*/

#define ECHOIC_NO_PIPE (-1)

/**
   List a descriptor that the calling thread is going to read.

   @return Its place, or ECHOIC_NO_PIPE if all are taken (more pipes than
   threads can be asked for).
*/
int
echoic_pipe_list(int fd);

/// Strike a place off the list, before its descriptor is closed, by the thread
/// that listed it; ECHOIC_NO_PIPE is allowed
void
echoic_pipe_strike(int place);

/**
   Open a named pipe and wait until somebody writes into it or is done.

   @param place Where it is listed from then on.
   @return Its descriptor, or -1 and errno.
*/
int
echoic_pipe_open(const char* path, int* place);

/// End all that are listed; safe in a signal handler
void
echoic_pipes_end(void);

#endif // ECHOIC_HOST_PIPES_H
