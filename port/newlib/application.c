/* The app lies in the image: it neither changes nor ends. */
#include "application.h"

enum application_order application_order(void)
{
    return APPLICATION_SERVE;
}
